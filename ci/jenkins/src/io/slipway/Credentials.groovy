package io.slipway

import com.cloudbees.groovy.cps.NonCPS

/**
 * Turns Jenkins's credentials into arguments of the call: `'registry-login': [username: '--registry-username', password:
 * '--registry-password']`. A secret stays in a variable or a file, and the argument contains only the place.
 */
class Credentials implements Serializable {

    private static final List KINDS = [['text'], ['text', 'as'], ['username', 'password'], ['password'], ['file'], ['path']]

    @NonCPS
    static String fault(Object credentials) {
        if (!(credentials instanceof Map)) {
            return Settings.invalid('credentials', 'is not a map', "Set it as ['registry-token': [text: '--registry-password']]")
        }
        for (entry in (credentials as Map).entrySet()) {
            Object told = entry.value
            boolean known = told instanceof Map && KINDS.any { (it as Set) == (told as Map).keySet() }
            if (!known || !holdsArguments(told as Map) || !holdsVariable(told as Map)) {
                return Settings.invalid("credentials.'" + entry.key + "'", 'has no known kind',
                    "Set it as [text: '--registry-password'], [text: '--secrets', as: 'PIP_TOKEN'], " +
                    "[username: '--registry-username', password: '--registry-password'], [file: '--signing-key'] or " +
                    "[path: '--registry-ca']")
            }
        }
        return null
    }

    /** Lists the credentials: the id, the settings and the variables of each. */
    @NonCPS
    static List bound(Map credentials) {
        List all = []
        for (entry in credentials.entrySet()) {
            Map told = entry.value as Map
            String variable = told.as ?: 'SLIPWAY_CREDENTIAL_' + all.size()
            all << [id: entry.key as String, told: told, variable: variable, username: variable + '_USERNAME']
        }
        return all
    }

    /** The bindings for the step withCredentials. */
    @NonCPS
    static List bindings(List bound) {
        return bound.collect { each ->
            if (each.told.password) {
                return [$class: 'UsernamePasswordMultiBinding', credentialsId: each.id, usernameVariable: each.username,
                        passwordVariable: each.variable]
            }
            String kind = each.told.file || each.told.path ? 'FileBinding' : 'StringBinding'
            return [$class: kind, credentialsId: each.id, variable: each.variable]
        }
    }

    /** Reads only user names and paths from the environment, because they are not secret. */
    @NonCPS
    static List arguments(List bound, Object env) {
        List lines = []
        for (each in bound) {
            Map told = each.told
            if (told.username) {
                lines << told.username + '=' + env."${each.username}"
            }
            if (told.password || told.text) {
                lines << (told.password ?: told.text) + '=env://' + each.variable
            }
            if (told.file) {
                lines << told.file + '=file://' + env."${each.variable}"
            }
            if (told.path) {
                lines << told.path + '=' + env."${each.variable}"
            }
        }
        return lines
    }

    @NonCPS
    private static boolean holdsArguments(Map told) {
        return told.every { name, value -> name == 'as' || value ==~ /--[a-z][a-z0-9-]*/ }
    }

    @NonCPS
    private static boolean holdsVariable(Map told) {
        return told.as == null || told.as ==~ /[A-Za-z_][A-Za-z0-9_]*/
    }
}
