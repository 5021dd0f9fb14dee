import type { StartedContainer } from "./container.ts";
import type { CheckTime } from "./screen.ts";
import type { ToolTime } from "./tool-times.ts";

export const armNames = ["script", "slipway", "nothing", "modules"] as const;
export type ArmName = (typeof armNames)[number];

/** `cold`: nothing is kept from before. `same`: nothing has changed. `changed`: one Python file of one service has. */
export const caseNames = ["cold", "same", "changed"] as const;
export type CaseName = (typeof caseNames)[number];

/** One run of one arm. */
export interface Run {
  readonly arm: ArmName;
  readonly case: CaseName;
  readonly seconds: number;
  readonly peakBytes: number;
  /** Of the arms on Dagger, where the engine can be looked into. */
  readonly containers?: readonly StartedContainer[];
  /** Of slipway: seconds of each check, and of the loading of the module. */
  readonly checks?: readonly CheckTime[];
  readonly loading?: number;
  /** Of the script. */
  readonly tools?: readonly ToolTime[];
}
