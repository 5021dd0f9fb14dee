/** What GitHub says in a token of a job that a reusable workflow runs for a repository. */
export function jobOf(caller: string, workflow: string): Record<string, string> {
  const [owner = ""] = caller.split("/");
  const [commit, ref] = ["0".repeat(40), "refs/heads/main"];
  return {
    sub: `repo:${caller}:ref:${ref}`,
    job_workflow_ref: workflow,
    job_workflow_sha: commit,
    sha: commit,
    ref,
    event_name: "push",
    repository: caller,
    repository_id: "1",
    repository_owner: owner,
    repository_owner_id: "2",
    repository_visibility: "private",
    runner_environment: "github-hosted",
    run_id: "3",
    run_attempt: "1",
    workflow: "release",
    workflow_ref: `${caller}/.github/workflows/release.yml@${ref}`,
    workflow_sha: commit,
  };
}
