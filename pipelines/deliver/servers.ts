import { SlipwayError } from "#pipelines/errors/errors.ts";
import type { ConfirmRequest } from "./request.ts";
import type { Stage } from "./stage.ts";

/**
 * Refuses a service of the call that would stand for several servers: one environment would be judged by the server of
 * another, and that server would get its token.
 *
 * @param looked the environments whose Argo CD is asked.
 * @param watched those whose queries are asked.
 * @throws ARGUMENT_INVALID
 */
export function assertOneServer(
  looked: readonly Stage[],
  watched: readonly Stage[],
  { argocdAccess, prometheusAccess }: Pick<ConfirmRequest, "argocdAccess" | "prometheusAccess">,
): void {
  const argocd = looked.flatMap(({ settings }) => settings.argocd?.server ?? []);
  const queries = watched.flatMap(({ settings }) => settings.confirm?.queries ?? []);
  const prometheus = queries.map((query) => new URL(query.prometheus).host);
  if (argocdAccess.service !== undefined) assertOne("--argocd-service", looked, argocd);
  if (prometheusAccess.service !== undefined) assertOne("--prometheus-service", watched, prometheus);
}

function assertOne(option: string, stages: readonly Stage[], servers: readonly string[]): void {
  const different = [...new Set(servers)];
  if (different.length <= 1) return;
  const names = stages.map(({ name }) => name).join(", ");
  throw new SlipwayError(
    "ARGUMENT_INVALID",
    `${option} stands for one server, and slipway.yaml names ${different.join(" and ")} for ${names}`,
    "Leave it out, or make a call for each server.",
  );
}
