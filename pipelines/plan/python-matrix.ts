import type { PlannedService } from "./plan.ts";

/** A service with one of its versions of Python. */
export interface PythonVersion {
  readonly service: PlannedService;
  /** The end of its checks' names: `-3.11`; empty if there is only one version. */
  readonly suffix: string;
}

/** Lists a service once for each version of Python with which its tests and type checkers run. */
export function versionsOf(service: PlannedService): readonly PythonVersion[] {
  const isMatrix = service.pythons.length > 1;
  return service.pythons.map((python) => ({
    service: { ...service, python },
    suffix: isMatrix ? `-${python}` : "",
  }));
}
