// What a module imports as "@dagger.io/dagger/telemetry". Generated; changes are lost.
export { getTracer } from "./core.js";
