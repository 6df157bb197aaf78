"""Run as a script between Rota and a child: become its user, die with Rota, then be it.

Arguments: parent pid, signal at the parent's death, descriptor to watch (or -1), identity, program.
An identity is `keep`, `namespace:UID:GID` or `drop:UID:GID`.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
MAX_DESCRIPTORS = 256


def main(parent: int, death_signal: int, watched: int, identity: str, program: list[str]) -> None:
    os.umask(0o077)
    become(identity)
    # After any change of credentials: such a change clears it.
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, death_signal)
    elif watched >= 0:
        watch(watched, death_signal)
    if os.getppid() == parent:
        os.execv(program[0], program)  # noqa: S606 the program is the wheel's own engine


def become(identity: str) -> None:
    kind, *ids = identity.split(":")
    if kind == "keep":
        return
    uid, gid = map(int, ids)
    if kind == "namespace":
        enter_namespace(uid, gid)
    else:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def enter_namespace(uid: int, gid: int) -> None:
    """The engine sees an ordinary account; to the kernel its files stay its starter's."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER):
        raise OSError(ctypes.get_errno(), "user namespaces are refused here")
    write("/proc/self/setgroups", "deny")
    write("/proc/self/uid_map", f"{uid} {outer_uid} 1")
    write("/proc/self/gid_map", f"{gid} {outer_gid} 1")


def write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def watch(pipe: int, death_signal: int) -> None:
    """Where the kernel sends no signal: a child waits for the pipe's other end to close. It holds
    nothing else open, least of all the engine's output."""
    engine = os.getpid()
    if os.fork():
        return
    os.closerange(0, pipe)
    os.closerange(pipe + 1, MAX_DESCRIPTORS)
    os.read(pipe, 1)
    if os.getppid() == engine:
        os.kill(engine, death_signal)
    os._exit(0)


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
    except OSError as error:
        sys.exit(f"{sys.argv[5]}: {error}")
