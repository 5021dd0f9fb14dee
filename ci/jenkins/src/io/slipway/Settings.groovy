package io.slipway

import com.cloudbees.groovy.cps.NonCPS

/** What the step `slipway` is told. Only pure functions: Jenkins saves what lives over a step, and these do not. */
class Settings implements Serializable {

    private static final Map DEFAULTS = [
        agent: '', module: '', function: 'ci', arguments: [], credentials: [:], source: '.', reports: 'reports',
        checkout: true, onlyChanged: false, timeout: 60, failed: 'FAILURE', engine: ''
    ]

    @NonCPS
    static Map complete(Map told) {
        return DEFAULTS + told
    }

    /** What is wrong with the settings, with the way out; null if nothing is. */
    @NonCPS
    static String fault(Map told) {
        for (name in told.keySet()) {
            if (!DEFAULTS.containsKey(name)) {
                return invalid(name as String, 'is no setting', 'Settings are ' + DEFAULTS.keySet().join(', '))
            }
        }
        Map all = complete(told)
        for (name in ['agent', 'module', 'function', 'source', 'reports', 'failed', 'engine']) {
            if (!(all[name] instanceof CharSequence) || lined(all[name] as String)) {
                return invalid(name, 'is no text on one line', 'Set it to a text')
            }
        }
        if (!(all.function in ['ci', 'release'])) {
            return invalid('function', 'is neither ci nor release', 'Set one of these')
        }
        if (!(all.failed in ['FAILURE', 'UNSTABLE'])) {
            return invalid('failed', 'is neither FAILURE nor UNSTABLE', 'Set one of these')
        }
        List parts = (all.reports as String).split('/') as List
        if (all.reports == '' || parts.any { it in ['', '.', '..'] }) {
            return invalid('reports', 'is no folder below the workspace', 'Set a path such as build/reports')
        }
        if (!(all.timeout instanceof Integer) || all.timeout < 1) {
            return invalid('timeout', 'is no number of minutes', 'Set a whole number from 1 on')
        }
        if (!(all.arguments instanceof List)) {
            return invalid('arguments', 'is no list', "Set it as ['--service=orders']")
        }
        return Credentials.fault(all.credentials) ?: faultOfLines(all.arguments)
    }

    /** call.sh takes an argument a line, so a value with a line's end in it would be two. */
    @NonCPS
    static String faultOfLines(List lines) {
        for (line in lines) {
            if (lined(line as String)) {
                return invalid('arguments', 'has a control character in ' + (line as String).replaceAll('\\p{Cntrl}', '?'),
                               'Name branch, tag or value without it')
            }
        }
        return null
    }

    /** The variables for call.sh. Put together by +: Jenkins warns of texts in quotes that hold what a credential bound. */
    @NonCPS
    static List environment(Map settings, List lines, String script) {
        List variables = [
            'SLIPWAY_CALL=' + script, 'SLIPWAY_FUNCTION=' + settings.function, 'SLIPWAY_SOURCE=' + settings.source,
            'SLIPWAY_REPORTS=' + settings.reports, 'SLIPWAY_ARGUMENTS=' + lines.join('\n')
        ]
        if (settings.module) {
            variables << 'SLIPWAY_MODULE=' + settings.module
        }
        if (settings.engine) {
            variables << '_EXPERIMENTAL_DAGGER_RUNNER_HOST=' + settings.engine
        }
        return variables
    }

    @NonCPS
    static String invalid(String setting, String what, String remedy) {
        return 'ARGUMENT_INVALID: ' + setting + ' of the step slipway ' + what + '. ' + remedy + '.'
    }

    @NonCPS
    private static boolean lined(String text) {
        return text =~ /\p{Cntrl}/
    }
}
