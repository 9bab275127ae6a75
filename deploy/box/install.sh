#!/bin/sh
# Makes a Debian 12 or Raspberry Pi OS 12 (64-bit) machine a box of pantau. As root, beside the wheel:
#     sh install.sh
# It asks for the code of the invitation; with --code-file FILE it reads the code from there. A folder `wheels`
# beside it (pip download) spares the box the Internet. Run again, it installs a newer wheel and keeps the identity.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
venv=/opt/pantau
state=/var/lib/pantau-agent
log=/var/log/pantau-agent.log
seconds=120

say() { # English, then Indonesian
    printf '%s\n%s\n' "$1" "$2"
}

fail() {
    say "$@" >&2
    exit 2
}

has_systemd() {
    [ -d /run/systemd/system ]
}

install_python() {
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        say "installing python3-venv ..." "memasang python3-venv ..."
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        apt-get install -qq --yes --no-install-recommends python3-venv >/dev/null
    fi
}

install_wheel() {
    wheel=$(ls -t "$here"/pantau-*.whl 2>/dev/null | head -n 1)
    [ -n "$wheel" ] || fail "no pantau-*.whl lies beside install.sh: copy it there" \
        "berkas pantau-*.whl tidak ada di samping install.sh: salin dulu ke sana"
    [ -x $venv/bin/python ] || python3 -m venv $venv
    say "installing $(basename "$wheel") ..." "memasang $(basename "$wheel") ..."
    if [ -d "$here/wheels" ]; then
        $venv/bin/pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" "$wheel"
    else
        $venv/bin/pip install --quiet --disable-pip-version-check "$wheel"
    fi
}

install_files() {
    share=$venv/share/pantau
    install -d -m 755 /etc/pantau
    install -d -m 700 /etc/pantau/secrets
    install -D -m 644 $share/sysctl/60-pantau.conf /etc/sysctl.d/60-pantau.conf
    sysctl --quiet --load /etc/sysctl.d/60-pantau.conf 2>/dev/null ||
        say "ICMP is allowed after the next start of this machine" "ICMP diizinkan setelah mesin dinyalakan ulang"
}

# After the join: until then a box that reads a key of its own by the unit must be able to start again.
install_unit() {
    unit=/etc/systemd/system/pantau-agent.service
    key=$(grep '^LoadCredential=key:' $unit 2>/dev/null || true)
    if [ -n "$key" ] && [ ! -e $state/identity/agent.pem ]; then
        install -d -m 755 $unit.d
        printf '[Service]\n%s\n' "$key" >$unit.d/key.conf
    fi
    install -D -m 644 $venv/share/pantau/systemd/pantau-agent.service $unit
    if has_systemd; then
        systemctl daemon-reload
    fi
}

join() {
    if [ -e $state/identity/agent.pem ] && [ -z "$*" ]; then
        say "this box has joined before: it keeps its identity (a new code: pantau-agent join)" \
            "kotak ini sudah terdaftar: identitasnya dipakai terus (kode baru: pantau-agent join)"
        return
    fi
    if [ -e /etc/pantau/agent.toml ] && ! grep -q '^\[enrolment\]' /etc/pantau/agent.toml && [ -z "$*" ]; then
        say "this box has a CA of its own: it keeps its settings (to join: pantau-agent join)" \
            "kotak ini memakai CA sendiri: pengaturannya dipakai terus (untuk mendaftar: pantau-agent join)"
        return
    fi
    $venv/bin/pantau-agent join "$@"
}

start() {
    if has_systemd; then
        systemctl enable --quiet pantau-agent
        systemctl restart pantau-agent
    else
        say "this machine has no systemd: the agent runs until the machine stops" \
            "mesin ini tanpa systemd: agen berjalan sampai mesin dimatikan"
        setsid $venv/bin/pantau-agent run >>$log 2>&1 </dev/null &
        echo $! >/run/pantau-agent.pid
    fi
}

lines_since_start() {
    if has_systemd; then
        journalctl --unit pantau-agent --since "@$began" --output cat --no-pager
    else
        tail -n +$((written + 1)) $log
    fi
}

wait_until_acknowledged() {
    while [ "$(date +%s)" -lt $((began + seconds)) ]; do
        if lines_since_start | grep -q acknowledged; then
            say "done: the control room has acknowledged the reports of this box" \
                "selesai: ruang kendali sudah menerima laporan dari kotak ini"
            return
        fi
        sleep 1
    done
    lines_since_start | tail -n 5 >&2
    fail "the control room has not acknowledged a report in $seconds s: see the lines above" \
        "ruang kendali belum menerima laporan dalam $seconds detik: lihat baris di atas"
}

[ "$(id -u)" -eq 0 ] || fail "run it as root: sudo sh install.sh" "jalankan sebagai root: sudo sh install.sh"
install_python
install_wheel
install_files
join "$@"
install_unit
ln -sf $venv/bin/pantau-agent /usr/local/bin/pantau-agent
began=$(date +%s)
touch $log
written=$(wc -l <$log)
start
wait_until_acknowledged
