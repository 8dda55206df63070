/* The floor of a trigger: a blocking UDP echo, nothing else.
 *
 * echo PORT TO_PORT CLASS: what arrives on PORT leaves for TO_PORT, both on loopback. CLASS is "fifo" (SCHED_FIFO 50,
 * memory locked) or "normal". Prints the class obtained. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "echo PORT TO_PORT fifo|normal\n");
        return 2;
    }
    const char *obtained = "normal";
    if (!strcmp(argv[3], "fifo")) {
        struct sched_param priority = {.sched_priority = 50};
        if (!sched_setscheduler(0, SCHED_FIFO, &priority)) obtained = "fifo";
        mlockall(MCL_CURRENT | MCL_FUTURE);
    }
    int in = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[2])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    if (bind(in, (struct sockaddr *)&here, sizeof here)) return 1;
    printf("%s\n", obtained);
    fflush(stdout);
    char data[8192];
    for (;;) {
        ssize_t size = recv(in, data, sizeof data, 0);
        if (size > 0) sendto(in, data, size, 0, (struct sockaddr *)&there, sizeof there);
    }
}
