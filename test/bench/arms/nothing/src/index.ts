import { Directory, func, object } from "@dagger.io/dagger";

/** What every call of a module costs: it is given a folder and runs nothing. */
@object()
export class Nothing {
  /** Says that there was a folder. */
  @func()
  nothing(source: Directory): string {
    return source === undefined ? "no folder" : "a folder";
  }
}
