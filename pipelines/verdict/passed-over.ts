import type { Plan } from "#pipelines/plan/plan.ts";
import { listText } from "#pipelines/text/list.ts";

/** Says which folders look like services and are not checked. Silence would look like a pass. */
export function passedOverNotes({ passedOver }: Plan): readonly string[] {
  if (passedOver.length === 0) return [];
  return [
    `Not checked, because of the folder's name${listText(passedOver)}. Name under \`services\` in slipway.yaml each folder that is a service.`,
  ];
}
