import { containersOf, type DeclaredContainer, type JobContainers, type Resolve } from "./job-containers.ts";

/** The container that an action starts, by the action's name. https://github.com/marketplace?type=actions */
const actions: Readonly<Record<string, (input: Readonly<Record<string, string>>) => DeclaredContainer>> = {
  "supercharge/redis-github-action": ({
    "redis-image": image = "redis",
    "redis-version": tag = "latest",
    ...more
  }) => ({
    hosts: ["redis"],
    image: `${image}:${tag}`,
    ports: [`${more["redis-port"] ?? 6379}:6379`],
  }),
  "supercharge/mongodb-github-action": ({
    "mongodb-version": tag = "latest",
    "mongodb-port": port = "27017",
  }) => ({
    hosts: ["mongodb"],
    image: `mongo:${tag}`,
    ports: [`${port}:27017`],
  }),
  "ikalnytskyi/action-setup-postgres": ({ "postgres-version": tag = "17", port = "5432", ...more }) => ({
    hosts: ["postgres"],
    image: `postgres:${tag}`,
    env: {
      POSTGRES_USER: more.username ?? "postgres",
      POSTGRES_PASSWORD: more.password ?? "postgres",
      POSTGRES_DB: more.database ?? "postgres",
    },
    ports: [`${port}:5432`],
  }),
  "harmon758/postgresql-action": ({ "postgresql version": tag = "latest", ...more }) => ({
    hosts: ["postgres"],
    image: `postgres:${tag}`,
    env: {
      POSTGRES_USER: more["postgresql user"] ?? "postgres",
      POSTGRES_PASSWORD: more["postgresql password"] ?? "postgres",
      POSTGRES_DB: more["postgresql db"] ?? "postgres",
    },
    ports: ["5432:5432"],
  }),
  "mirromutth/mysql-action": ({ "mysql version": tag = "latest", "host port": port = "3306", ...more }) => ({
    hosts: ["mysql"],
    image: `mysql:${tag}`,
    env: {
      MYSQL_ROOT_PASSWORD: more["mysql root password"] ?? "",
      MYSQL_DATABASE: more["mysql database"] ?? "",
      ...(more["mysql user"] !== undefined && { MYSQL_USER: more["mysql user"] }),
      ...(more["mysql password"] !== undefined && { MYSQL_PASSWORD: more["mysql password"] }),
    },
    ports: [`${port}:3306`],
  }),
};

/** The containers that the actions of a job start. */
export function actionContainers(
  steps: readonly { readonly action: string; readonly with: Readonly<Record<string, string>> }[],
  resolve: Resolve,
): JobContainers {
  return containersOf(
    steps.flatMap(({ action, with: input }) => {
      const name = action.toLowerCase();
      return Object.hasOwn(actions, name) ? (actions[name]?.(input) ?? []) : [];
    }),
    resolve,
  );
}
