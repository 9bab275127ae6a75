#!/bin/sh
# Installs the real servers that the tests drive, when it may; says what is missing when it may not.
# Their own services are not started: each test starts what it needs on a free port.
set -eu

packages="chromium curl dnsmasq-base docker-compose faketime fping iproute2 libnginx-mod-stream mosquitto mosquitto-clients nftables nginx-light
openssl postgresql prometheus prometheus-alertmanager prometheus-blackbox-exporter snmp
snmpd strace victoria-metrics"

missing=""
for package in $packages; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q '^install ok installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "not installed, so the tests that need them are skipped:$missing"
    echo "to run them too, as root on Debian: apt-get install --no-install-recommends$missing"
    exit 0
fi

# A policy that refuses keeps the packages from starting their services; ours only, and only for now.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086
apt-get install -qq --yes --no-install-recommends $missing >/dev/null
echo "installed for the tests:$missing"
