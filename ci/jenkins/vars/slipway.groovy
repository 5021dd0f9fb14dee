import io.slipway.Credentials
import io.slipway.Facts
import io.slipway.Settings

/** Runs Slipway on the job's checkout, as `slipway { function = 'release' }`; vars/slipway.txt lists the settings. */
def call(Closure body) {
    // The closure's names are looked up in the map first, and a map accepts every name.
    Map told = [env: env, params: params]
    body.resolveStrategy = Closure.DELEGATE_FIRST
    body.delegate = told
    body()
    told.remove('env')
    told.remove('params')
    return call(told)
}

/** The same as `slipway(function: 'release')`. Returns passed; or failed, if failed is set to UNSTABLE. */
def call(Map told = [:]) {
    String fault = Settings.fault(told)
    if (fault) {
        error(fault)
    }
    Map settings = Settings.complete(told)
    if (env.WORKSPACE) {
        return carriedOut(settings)
    }
    String outcome = null
    node(settings.agent) {
        outcome = carriedOut(settings)
    }
    return outcome
}

private String carriedOut(Map settings) {
    Map commit = commitOf(settings)
    String outcome = null
    try {
        stage('Slipway') {
            int status = calledWith(settings, commit)
            outcome = judged(settings, status)
        }
    } finally {
        stage('Reports') {
            publish(settings.reports)
        }
    }
    return outcome
}

/** Jenkins's facts about the commit. Outside of a declarative pipeline, only the step checkout returns its id. */
private Map commitOf(Map settings) {
    Map found = [:]
    if (settings.checkout) {
        stage('Checkout') {
            found = checkout(scm)
        }
    }
    return Facts.of(env, found)
}

private int calledWith(Map settings, Map commit) {
    // Reports of an earlier build must not look like those of this one.
    dir(settings.reports) {
        deleteDir()
    }
    String script = pwd(tmp: true) + '/slipway-call.sh'
    writeFile(file: script, text: libraryResource('io/slipway/call.sh'))
    Map credentials = settings.credentials
    if (env.CHANGE_FORK && settings.function == 'release') {
        error('FORK_REFUSED: a change from a fork cannot release. Release only from branches and tags of this repository.')
    }
    if (credentials && env.CHANGE_FORK) {
        echo("Slipway: this change comes from the fork ${env.CHANGE_FORK}, so it gets no credentials.")
        credentials = [:]
    }
    List bound = Credentials.bound(credentials)
    int status = -1
    withCredentials(Credentials.bindings(bound)) {
        // The settings' own arguments come last, because dagger uses the last of two arguments with the same name.
        List lines = Facts.arguments(settings, commit) + Credentials.arguments(bound, env) + settings.arguments
        String fault = Settings.faultOfLines(lines)
        if (fault) {
            error(fault)
        }
        withEnv(Settings.environment(settings, lines, script)) {
            timeout(time: settings.timeout, unit: 'MINUTES') {
                status = sh(label: 'dagger call', returnStatus: true, script: 'sh "$SLIPWAY_CALL"')
            }
        }
    }
    return status
}

private String judged(Map settings, int status) {
    if (status == 0) {
        return 'passed'
    }
    if (status != 1) {
        error('TOOL_FAILED: the call of Slipway broke down with exit code ' + status + '. The stage\'s log says why.')
    }
    String verdict = 'VERDICT_FAILED: checks failed. The stage\'s log and the report list them.'
    if (settings.failed != 'UNSTABLE') {
        error(verdict)
    }
    unstable(verdict)
    return 'failed'
}

/** Publishes the existing reports. If the controller lacks a plugin, only that plugin's page is missing. */
private void publish(String reports) {
    if (!fileExists(reports + '/index.html')) {
        echo('Slipway wrote no reports, because the call ended too early.')
        return
    }
    dir(reports) {
        // Unchanged tests do not run again, and JUnit's plugin before 2022 refuses a report that is older than the build.
        sh(label: 'date test reports', script: 'find . -name junit.xml -exec touch {} +')
    }
    archiveArtifacts(artifacts: reports + '/**', allowEmptyArchive: true)
    try {
        // The verdict decides the build's result, because JUnit's XML does not know waivers and gates.
        junit(testResults: reports + '/**/junit.xml', allowEmptyResults: true, skipMarkingBuildUnstable: true)
    } catch (NoSuchMethodError missing) {
        echo('Slipway: test results are not shown, because the plugin JUnit is not installed.')
    }
    try {
        publishHTML(target: [reportName: 'Slipway', reportDir: reports, reportFiles: 'index.html', keepAll: true,
                             alwaysLinkToLastBuild: true, allowMissing: true])
    } catch (NoSuchMethodError missing) {
        echo('Slipway: the report is only an artifact, because the plugin HTML Publisher is not installed.')
    }
}
