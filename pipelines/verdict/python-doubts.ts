import type { PlannedService } from "#pipelines/plan/plan.ts";
import { plain } from "#pipelines/text/quote.ts";

/** Says for which services two files ask for different versions of Python, a note each. */
export function pythonNotes(services: readonly PlannedService[]): readonly string[] {
  return services.flatMap((service) => {
    const doubt = pythonDoubt(service);
    return doubt === undefined ? [] : [`${service.name} ${doubt}`];
  });
}

/** Says which version of Python a service has, and what its files ask for besides; undefined if they agree. */
export function pythonDoubt({ askedPython: asked }: PlannedService): string | undefined {
  if (asked === undefined || asked.doubts.length === 0) return undefined;
  return `has Python ${asked.version} by ${plain(asked.file)}, but ${asked.doubts.join(" and ")}`;
}
