#!/bin/sh
# Runs a command on a LAN that exists for it alone: `unshare -rn sh lan.sh COMMAND …`. On a bridge with 10.77.0.1/16 are two machines:
# one with two addresses that answers pings, one that answers nothing but ARP. At the end the frames that were sent are written to the
# third file descriptor.
set -e
trap 'kill $machines' EXIT
machines=''

ip link set lo up
ip link add br0 type bridge
ip addr add 10.77.0.1/16 dev br0
ip link set br0 up

machine() {
  name=$1 mac=$2
  shift 2
  unshare -n sleep 120 </dev/null >/dev/null 2>&1 3>&- &
  pid=$!
  machines="$machines $pid"
  while [ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
  ip link add "sw-$name" type veth peer name "eth-$name"
  ip link set "sw-$name" master br0 up
  ip link set "eth-$name" netns "$pid"
  nsenter -t "$pid" -n ip link set "eth-$name" address "$mac"
  for address in "$@"; do nsenter -t "$pid" -n ip addr add "$address/16" dev "eth-$name"; done
  nsenter -t "$pid" -n ip link set "eth-$name" up
}

machine a 00:40:8c:01:02:03 10.77.0.11 10.77.0.12
machine b 00:c0:b7:01:02:04 10.77.0.200
nsenter -t "$pid" -n sh -c 'echo 1 > /proc/sys/net/ipv4/icmp_echo_ignore_all'

sent() { sed -n 's/^ *br0://p' /proc/net/dev | awk '{ print $10 }'; }
before=$(sent)
status=0
"$@" 3>&- || status=$?
echo $(($(sent) - before)) >&3
exit $status
