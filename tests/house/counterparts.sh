#!/bin/sh
# Programs that performer is tested against and that we did not write: program:Debian package.
# As root with apt, missing ones are installed (their daemons are not started); else it is said which tests will be skipped.
set -eu
PATH="$PATH:/usr/sbin:/sbin"

wanted="oscsend:liblo-tools oscdump:liblo-tools pd:puredata-core scsynth:supercollider-server jackd:jackd2 jack_midi_dump:jackd2
fluidsynth:fluidsynth mosquitto:mosquitto mosquitto_sub:mosquitto-clients chromium:chromium cc:gcc"

missing=""
for pair in $wanted; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
done
[ -e /usr/share/sounds/sf2/TimGM6mb.sf2 ] || missing="$missing timgm6mb-soundfont"
[ -e /usr/include/stdio.h ] || [ "$(uname -s)" = Darwin ] || missing="$missing libc6-dev"
missing=$(printf '%s\n' $missing | sort -u | tr '\n' ' ')
[ -n "${missing% }" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed here, so the tests that need them are skipped: $missing"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "Tests that need these are skipped; to run them: sudo apt-get install -y --no-install-recommends $missing"
  exit 0
fi

policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  printf '#!/bin/sh\nexit 101\n' >$policy
  chmod +x $policy
  trap 'rm -f $policy' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
echo "Installing what the tests play against: $missing"
apt-get -q -o DPkg::Lock::Timeout=900 update </dev/null >/dev/null
# shellcheck disable=SC2086 # a list of package names
apt-get -q -o DPkg::Lock::Timeout=900 install -y --no-install-recommends $missing </dev/null >/dev/null
