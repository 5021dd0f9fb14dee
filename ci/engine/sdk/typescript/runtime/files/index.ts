// What a module imports as "@dagger.io/dagger". Generated; changes are lost.
// The static part is named: a second star export would clash with the bindings over `dag`.

export * from "./client.gen.js";
export type { CallbackFct, ConnectOpts } from "./core.js";
export {
  argument,
  Context,
  check,
  connect,
  connection,
  entrypoint,
  enumType,
  field,
  func,
  object,
} from "./core.js";
