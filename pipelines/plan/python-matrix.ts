import type { PlannedService } from "./plan.ts";

/** A service with one of its versions of Python. */
export interface PythonVersion {
  readonly service: PlannedService;
  /** What the names of its checks end with: `-3.11`; nothing where there is but one version. */
  readonly suffix: string;
}

/** Lists a service once for each version of Python that its tests and type checkers run with. */
export function versionsOf(service: PlannedService): readonly PythonVersion[] {
  const isMatrix = service.pythons.length > 1;
  return service.pythons.map((python) => ({
    service: { ...service, python },
    suffix: isMatrix ? `-${python}` : "",
  }));
}
