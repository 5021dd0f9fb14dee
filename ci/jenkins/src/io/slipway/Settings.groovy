package io.slipway

import com.cloudbees.groovy.cps.NonCPS

/** The settings of the step `slipway`. It has only pure functions, because Jenkins saves all objects that live during a step. */
class Settings implements Serializable {

    private static final Map DEFAULTS = [
        agent: '', module: '', function: 'ci', arguments: [], credentials: [:], source: '.', reports: 'reports',
        checkout: true, onlyChanged: false, policy: 'auto', timeout: 60, failed: 'FAILURE', engine: ''
    ]

    @NonCPS
    static Map complete(Map told) {
        return DEFAULTS + told
    }

    /** Returns the error in the settings, with its remedy; null if they are valid. */
    @NonCPS
    static String fault(Map told) {
        for (name in told.keySet()) {
            if (!DEFAULTS.containsKey(name)) {
                return invalid(name as String, 'is not a setting', 'Use one of ' + DEFAULTS.keySet().join(', '))
            }
        }
        Map all = complete(told)
        for (name in ['agent', 'module', 'function', 'source', 'reports', 'policy', 'failed', 'engine']) {
            if (!(all[name] instanceof CharSequence) || lined(all[name] as String)) {
                return invalid(name, 'is not text on one line', 'Set it to text on one line')
            }
        }
        if (!(all.function in ['ci', 'release'])) {
            return invalid('function', 'is neither ci nor release', 'Set one of these')
        }
        if (!(all.failed in ['FAILURE', 'UNSTABLE'])) {
            return invalid('failed', 'is neither FAILURE nor UNSTABLE', 'Set one of these')
        }
        if (!(all.policy in ['auto', 'none'])) {
            return invalid('policy', 'is neither auto nor none', 'Set one of these')
        }
        List parts = (all.reports as String).split('/') as List
        if (all.reports == '' || parts.any { it in ['', '.', '..'] }) {
            return invalid('reports', 'is not a folder below the workspace', 'Set a path such as build/reports')
        }
        if (!(all.timeout instanceof Integer) || all.timeout < 1) {
            return invalid('timeout', 'is not a number of minutes', 'Set a whole number, 1 or more')
        }
        if (!(all.arguments instanceof List)) {
            return invalid('arguments', 'is not a list', "Set it as ['--service=orders']")
        }
        return Credentials.fault(all.credentials) ?: faultOfLines(all.arguments)
    }

    /** call.sh reads one argument per line, so a value with a line break would become two. */
    @NonCPS
    static String faultOfLines(List lines) {
        for (line in lines) {
            if (lined(line as String)) {
                return invalid('arguments', 'has a control character in ' + (line as String).replaceAll('\\p{Cntrl}', '?'),
                               'Use a branch, tag or value without it')
            }
        }
        return null
    }

    /** The variables for call.sh. They are joined by +, because Jenkins warns of a credential's variable in a quoted text. */
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
