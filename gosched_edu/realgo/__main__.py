"""`python -m gosched_edu.realgo` prints the Go toolchains found on this machine."""

from gosched_edu.realgo.toolchain import GoNotFound, require, toolchains


def main() -> int:
    found = toolchains()
    for toolchain in found:
        print(f"Go {toolchain.version}  {toolchain.path}")
    if not found:
        try:
            require()
        except GoNotFound as error:
            print(error)
    return 0 if found else 1


if __name__ == "__main__":
    raise SystemExit(main())
