package io.slipway

import com.cloudbees.groovy.cps.NonCPS

/** Turns Jenkins's facts about the commit into arguments of the call. */
class Facts implements Serializable {

    private static final List NAMES = [
        'BRANCH_NAME', 'BRANCH_IS_PRIMARY', 'CHANGE_ID', 'CHANGE_TARGET', 'TAG_NAME', 'GIT_COMMIT', 'GIT_LOCAL_BRANCH',
        'GIT_BRANCH', 'JOB_URL'
    ]

    /**
     * Reads the facts by Jenkins's own names: first from the result of the step checkout, then from the environment. Loops are
     * in functions that Jenkins does not interrupt, because it cannot save an iterator.
     */
    @NonCPS
    static Map of(Object env, Map checkedOut) {
        return NAMES.collectEntries { [it, checkedOut?.get(it) ?: env."${it}"] }
    }

    /** A clone by Jenkins has a detached head and no origin/HEAD. So a release gets these facts from Jenkins, not from git. */
    @NonCPS
    static List arguments(Map settings, Map commit) {
        if (settings.function == 'ci') {
            List named = [settings.onlyChanged ? 'base' : null, settings.policy == 'auto' ? 'policy-ref' : null]
            List bases = commit.CHANGE_TARGET ? named.findAll { it } : []
            List git = bases ? ['--git=' + settings.source + '/.git'] : []
            // In full, because a tag may have the short name.
            return bases.collect { '--' + it + '=refs/remotes/origin/' + commit.CHANGE_TARGET } + git
        }
        Map facts = [
            commit: commit.GIT_COMMIT, branch: branch(commit), tag: commit.TAG_NAME, 'pull-request': commit.CHANGE_ID,
            'base-branch': commit.CHANGE_TARGET, builder: commit.JOB_URL,
            'default-branch': commit.BRANCH_IS_PRIMARY == 'true' ? commit.BRANCH_NAME : null
        ]
        return facts.findAll { it.value }.collect { '--' + it.key + '=' + it.value }
    }

    /** In a multibranch job, BRANCH_NAME may also be a tag, or PR-7 for a change. In other jobs, GIT_BRANCH begins with the remote. */
    @NonCPS
    private static String branch(Map commit) {
        if (commit.CHANGE_ID || commit.TAG_NAME) {
            return null
        }
        // Jenkins's git plugin sets this name if a build names a commit.
        String remote = commit.GIT_BRANCH == 'detached' ? null : commit.GIT_BRANCH
        return commit.BRANCH_NAME ?: commit.GIT_LOCAL_BRANCH ?: remote?.substring(remote.indexOf('/') + 1)
    }
}
