import type { Plan } from "#pipelines/plan/plan.ts";
import { listText } from "#pipelines/text/list.ts";

/** Says which folders look like services and are not checked, or that there is no service. Silence would look like a pass. */
export function passedOverNotes({ passedOver, services, faults }: Plan): readonly string[] {
  const isEmpty = services.length === 0 && faults.length === 0;
  return [
    ...(isEmpty ? ["The source has no Python service, so no code was checked."] : []),
    ...(passedOver.length === 0
      ? []
      : [
          `Not checked, because of the folder's name${listText(passedOver)}. Name under \`services\` in slipway.yaml each folder that is a service.`,
        ]),
  ];
}
