import io.slipway.Credentials
import io.slipway.Facts
import io.slipway.Settings

/** Runs Slipway on what the job checks out, as `slipway { function = 'release' }`; vars/slipway.txt lists the settings. */
def call(Closure body) {
    // The closure's names are looked up here first, and a map has an answer for every name.
    Map told = [env: env, params: params]
    body.resolveStrategy = Closure.DELEGATE_FIRST
    body.delegate = told
    body()
    told.remove('env')
    told.remove('params')
    return call(told)
}

/** The same, as `slipway(function: 'release')`. Returns the outcome: passed, or failed where that is told to be unstable. */
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

/** What Jenkins knows of the commit. Outside a declarative pipeline only the checkout itself knows its id. */
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
    // An earlier build's reports must not pass for this one's.
    dir(settings.reports) {
        deleteDir()
    }
    String script = pwd(tmp: true) + '/slipway-call.sh'
    writeFile(file: script, text: libraryResource('io/slipway/call.sh'))
    Map credentials = settings.credentials
    if (env.CHANGE_FORK && settings.function == 'release') {
        error('FORK_REFUSED: a change from a fork asks for a release. Release from branches and tags of this repository alone.')
    }
    if (credentials && env.CHANGE_FORK) {
        echo("Slipway: this change comes from the fork ${env.CHANGE_FORK}, so no credentials are handed over.")
        credentials = [:]
    }
    List bound = Credentials.bound(credentials)
    int status = -1
    withCredentials(Credentials.bindings(bound)) {
        // The settings' own come last: of two arguments by the same name dagger takes the later.
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
    String verdict = 'VERDICT_FAILED: checks failed. The stage\'s log and the report name each.'
    if (settings.failed != 'UNSTABLE') {
        error(verdict)
    }
    unstable(verdict)
    return 'failed'
}

/** Publishes what there is. A plugin that the controller does not have takes nothing but its own page away. */
private void publish(String reports) {
    if (!fileExists(reports + '/index.html')) {
        echo('Slipway left no reports: the call did not get that far.')
        return
    }
    dir(reports) {
        // Tests that did not change are not run again, and JUnit's plugin, before 2022, takes no report that is older than the build.
        sh(label: 'date test reports', script: 'find . -name junit.xml -exec touch {} +')
    }
    archiveArtifacts(artifacts: reports + '/**', allowEmptyArchive: true)
    try {
        // The verdict decides what becomes of the build: it knows of waivers and gates, JUnit's XML does not.
        junit(testResults: reports + '/**/junit.xml', allowEmptyResults: true, skipMarkingBuildUnstable: true)
    } catch (NoSuchMethodError missing) {
        echo('Slipway: test results are not shown, since the plugin JUnit is not installed.')
    }
    try {
        publishHTML(target: [reportName: 'Slipway', reportDir: reports, reportFiles: 'index.html', keepAll: true,
                             alwaysLinkToLastBuild: true, allowMissing: true])
    } catch (NoSuchMethodError missing) {
        echo('Slipway: the report is among the artifacts, since the plugin HTML Publisher is not installed.')
    }
}
