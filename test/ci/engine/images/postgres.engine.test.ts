import { type Container, dag } from "@dagger.io/dagger";
import { describe, expect, it } from "vitest";
import { asked, ran } from "./ran.ts";

const query = (user: string, database: string, sql: string) => [
  "psql",
  "-h",
  "server",
  "-U",
  user,
  "-d",
  database,
  "-tAc",
  sql,
];

const served =
  (environment: Readonly<Record<string, string>>, change = (c: Container) => c) =>
  (image: Container) =>
    change(
      Object.entries(environment).reduce(
        (container, [name, value]) => container.withEnvVariable(name, value),
        image,
      ),
    )
      .withExposedPort(5432)
      .asService({ useEntrypoint: true });

const password = (value: string) => (container: Container) => container.withEnvVariable("PGPASSWORD", value);

describe.each(["postgres:15", "postgres:17"])("%s", (image) => {
  it("refuses to start without a password, and says which variable it lacks", async () => {
    const { exitCode, stderr } = await ran(image, ["postgres"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("You must specify POSTGRES_PASSWORD");
  });

  it("refuses a password given twice", async () => {
    const both = (container: Container) =>
      container.withEnvVariable("POSTGRES_PASSWORD", "a").withEnvVariable("POSTGRES_PASSWORD_FILE", "/b");
    const { exitCode, stderr } = await ran(image, ["postgres"], both);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("POSTGRES_PASSWORD_FILE");
  });

  it("answers another container as the user, password and database say", async () => {
    const environment = { POSTGRES_USER: "shop", POSTGRES_PASSWORD: "s3 'cret", POSTGRES_DB: "orders" };
    const sql = "select current_user || '@' || current_database() || ' ' || split_part(version(), '.', 1)";
    const answer = await asked(
      image,
      served(environment),
      query("shop", "orders", sql),
      password("s3 'cret"),
    );
    expect(answer.trim()).toBe(`shop@orders PostgreSQL ${image.split(":")[1]}`);
  });
});

describe("postgres:15", () => {
  const image = "postgres:15";

  it("turns a wrong password away", async () => {
    const wrong = asked(
      image,
      served({ POSTGRES_PASSWORD: "right" }),
      query("postgres", "postgres", "select 1"),
      password("wrong"),
    );
    await expect(wrong).rejects.toThrow(/password authentication failed|exit code: 2/);
  });

  it("takes anyone with POSTGRES_HOST_AUTH_METHOD=trust", async () => {
    const answer = await asked(
      image,
      served({ POSTGRES_HOST_AUTH_METHOD: "trust" }),
      query("postgres", "postgres", "select 1"),
    );
    expect(answer.trim()).toBe("1");
  });

  it("reads the password from a file and gives initdb its arguments", async () => {
    const environment = {
      POSTGRES_PASSWORD_FILE: "/run/password",
      POSTGRES_INITDB_ARGS: "--data-checksums --locale='C'",
    };
    const change = (container: Container) => container.withNewFile("/run/password", "from file\n");
    const answer = await asked(
      image,
      served(environment, change),
      query(
        "postgres",
        "postgres",
        "select current_setting('data_checksums') || ' ' || datcollate from pg_database where datname = 'postgres'",
      ),
      password("from file"),
    );
    expect(answer.trim()).toBe("on C");
  });

  it("runs the scripts in /docker-entrypoint-initdb.d once, in order", async () => {
    const change = (container: Container) => {
      const zipped = dag
        .container()
        .from(image)
        .withExec(["sh", "-c", "echo \"insert into t values ('gz')\" | gzip >/3.sql.gz"])
        .file("/3.sql.gz");
      return container
        .withNewFile("/docker-entrypoint-initdb.d/1.sql", "create table t (v text);")
        .withNewFile(
          "/docker-entrypoint-initdb.d/2.sh",
          'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "insert into t values (\'sh\')"',
        )
        .withFile("/docker-entrypoint-initdb.d/3.sql.gz", zipped);
    };
    const served_ = served({ POSTGRES_PASSWORD: "p", POSTGRES_DB: "orders" }, change);
    const answer = await asked(
      image,
      served_,
      query("postgres", "orders", "select string_agg(v, ',') from t"),
      password("p"),
    );
    expect(answer.trim()).toBe("sh,gz");
  });

  it("takes the server's options as arguments", async () => {
    const serve = (container: Container) =>
      container
        .withEnvVariable("POSTGRES_PASSWORD", "p")
        .withExposedPort(5432)
        .asService({ args: ["-c", "max_connections=17"], useEntrypoint: true });
    const answer = await asked(
      image,
      serve,
      query("postgres", "postgres", "show max_connections"),
      password("p"),
    );
    expect(answer.trim()).toBe("17");
  });

  it("does not run as root, and is asked before anything is initialized", async () => {
    const answer = await ran(image, ["postgres", "--version"]);
    expect(answer.stdout).toMatch(/^postgres \(PostgreSQL\) 15\./);
    const user = await asked(
      image,
      served({ POSTGRES_PASSWORD: "p" }),
      query(
        "postgres",
        "postgres",
        "copy (select 1) to program 'id -un >/tmp/who'; select trim(pg_read_file('/tmp/who'), E'\\n')",
      ),
      password("p"),
    );
    expect(user.trim().split("\n").at(-1)).toBe("postgres");
  });
});
