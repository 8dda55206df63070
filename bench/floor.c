/* The floor: absolute clock_nanosleep and one send per voice, nothing else.
 *
 * floor PORT VOICES PERIOD_NS COUNT CLASS [PHASE_NS]
 * CLASS is "fifo" (SCHED_FIFO 80, memory locked) or "normal". Each message is the one that the timing show sends:
 * /note ,siif "c<voice>" <n> 100 0.1 with n = 0, 1, ... the period it belongs to. PHASE_NS: the first deadline is the next multiple
 * of the period on CLOCK_MONOTONIC, plus this. Prints "<class obtained> <first deadline, ns>" before it sends. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static void put32(unsigned char *at, uint32_t value) {
    value = htonl(value);
    memcpy(at, &value, 4);
}

int main(int argc, char **argv) {
    if (argc < 6) {
        fprintf(stderr, "floor PORT VOICES PERIOD_NS COUNT fifo|normal [PHASE_NS]\n");
        return 2;
    }
    int voices = atoi(argv[2]);
    long long period = atoll(argv[3]), count = atoll(argv[4]), phase = argc > 6 ? atoll(argv[6]) : 0;
    const char *obtained = "normal";
    if (!strcmp(argv[5], "fifo")) {
        struct sched_param priority = {.sched_priority = 80};
        if (!sched_setscheduler(0, SCHED_FIFO, &priority)) obtained = "fifo";
        mlockall(MCL_CURRENT | MCL_FUTURE);
    }
    int out = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (connect(out, (struct sockaddr *)&to, sizeof to)) return 1;

    unsigned char message[36];
    float seconds = 0.1f;
    uint32_t bits;
    memcpy(&bits, &seconds, 4);
    memset(message, 0, sizeof message);
    memcpy(message, "/note\0\0\0,siif\0\0\0", 16);
    put32(message + 24, 100);
    put32(message + 28, bits);

    struct timespec now, at;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long first = ((now.tv_sec * 1000000000LL + now.tv_nsec + 20000000) / period + 1) * period + phase;
    printf("%s %lld\n", obtained, first);
    fflush(stdout);
    for (long long n = 0; n < count; n++) {
        long long due = first + n * period;
        at.tv_sec = due / 1000000000LL;
        at.tv_nsec = due % 1000000000LL;
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL)) {}
        put32(message + 20, (uint32_t)n);
        for (int voice = 0; voice < voices; voice++) {
            message[16] = 'c';
            message[17] = (unsigned char)('a' + voice % 26);
            send(out, message, 32, 0);
        }
    }
    return 0;
}
