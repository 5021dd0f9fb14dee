#!/bin/sh
# Runs the Dagger engine without changing the machine's files. ci/engine/lifecycle.ts starts it in new
# mount and PID namespaces. Only the engine sees the mounts made here, and they end with it. When this
# shell ends, the kernel ends everything below it.
#
# Environment: ENGINE, INIT, DNSNAME, DNSMASQ, RUNC, CNI (programs and folder), CONTENT (may be empty),
# CONFIG (engine.json), STATE, SOCKET, NETWORK, CIDR.
set -eu

private=/run/slipway/private
mount -t tmpfs -o mode=700 slipway "$private"
mkdir "$private/bin" "$private/cni" "$private/tmp"
ln -s "$RUNC" "$private/bin/runc"
ln -s "$INIT" "$private/bin/dagger-init"
ln -s "$DNSNAME" "$private/cni/dnsname"
for plugin in bridge firewall host-local loopback; do ln -s "$CNI/$plugin" "$private/cni/$plugin"; done
if [ -n "$CONTENT" ]; then ln -s "$CONTENT" "$private/content"; fi

# Without this option dnsmasq binds port 53 of every address, and answers on the bridge only.
cat >"$private/bin/dnsmasq" <<END
#!/bin/sh
exec $DNSMASQ --bind-dynamic "\$@"
END
chmod 755 "$private/bin/dnsmasq"

# The engine reads engine.json from /etc/dagger, and mounts over /etc/resolv.conf.
cp -L /etc/resolv.conf "$private/resolv.conf"
mkdir -p "$private/etc/upper" "$private/etc/work"
mount -t overlay -o "lowerdir=/etc,upperdir=$private/etc/upper,workdir=$private/etc/work" slipway /etc
rm -f /etc/resolv.conf
cp "$private/resolv.conf" /etc/resolv.conf
mkdir -p /etc/dagger
cp "$CONFIG" /etc/dagger/engine.json
# Images have the machine's certificates in a layer. Without this mount the engine would run two more containers at each start of
# a container, to install them.
if [ -d /usr/local/share/ca-certificates ]; then mount -t tmpfs slipway /usr/local/share/ca-certificates; fi

# Run-time files of CNI and of the engine's second socket.
for dir in /run/containers /run/buildkit /var/lib/cni; do mount -t tmpfs slipway "$dir"; done

export TMPDIR="$private/tmp" PATH="$private/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# With Go's default, a third of the engine's CPU time would go to garbage collection (profile of 2026-11-22). Above the memory
# limit, Go collects as often again.
GOGC=400 GOMEMLIMIT=4GiB "$ENGINE" --root "$STATE" --addr "unix://$SOCKET" --network-name "$NETWORK" --network-cidr "$CIDR" \
  --oci-worker-binary "$private/bin/runc" --oci-cni-binary-dir "$private/cni" &
engine=$!

# As the first process of its namespace, this shell forwards the signal to stop and reaps ended processes.
trap 'kill -TERM "$engine"' TERM INT
while kill -0 "$engine" 2>/dev/null; do wait "$engine" || true; done
