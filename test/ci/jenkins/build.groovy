import com.lesfurets.jenkins.unit.cps.BasePipelineTestCPS
import com.lesfurets.jenkins.unit.global.lib.LibraryConfiguration
import com.lesfurets.jenkins.unit.global.lib.SourceRetriever
import groovy.json.JsonOutput
import groovy.json.JsonSlurper

/**
 * One build of a Jenkinsfile by Jenkins's own interpreter. The shell, files and folders are real; checkout and what
 * publishes are Jenkins's and its plugins', which only a controller has, so that they are written down and nothing more.
 *
 * Reads a JSON file and writes another: see Build and Built in build.ts.
 */
class Build extends BasePipelineTestCPS {

    static class Failure extends RuntimeException {
        Failure(String message) { super(message) }
    }

    final Map told
    final List steps = []
    final Map variables = [:]
    String folder
    String result = 'SUCCESS'

    Build(Map told) {
        this.told = told
        this.folder = told.workspace
        variables.putAll(told.env)
    }

    Map run() {
        scriptRoots = [new File(told.jenkinsfile).parent]
        scriptExtension = ''
        super.setUp()
        SourceRetriever here = [retrieve: { String name, String version, String target -> [new File(told.library).toURI().toURL()] }] as SourceRetriever
        helper.registerSharedLibrary(LibraryConfiguration.library().name('slipway').retriever(here)
            .targetPath(told.library).defaultVersion('v0').allowOverride(true).implicit(false).build())
        binding.setVariable('env', new Environment(variables: variables))
        binding.setVariable('params', [:])
        binding.setVariable('scm', [:])
        defineBlocks()
        defineFiles()
        defineCredentials()
        definePublishers()
        String message = null
        try {
            runScript(new File(told.jenkinsfile).name)
        } catch (Throwable thrown) {
            Throwable cause = thrown
            while (cause.cause != null && !(cause instanceof Failure)) cause = cause.cause
            if (!(cause instanceof Failure)) thrown.printStackTrace()
            result = 'FAILURE'
            message = cause.message
        }
        return [result: result, message: message, steps: steps]
    }

    private void define(String name, List types, Closure work) {
        helper.registerAllowedMethod(name, types, work)
    }

    private Object note(String step, Object what = null) {
        steps << [step: step, with: what]
        return null
    }

    /** Runs a body with variables that only it sees. */
    private Object within(Map more, Closure body) {
        Map before = new LinkedHashMap(variables)
        variables.putAll(more)
        try {
            return helper.callIfClosure(body, null)
        } finally {
            variables.clear()
            variables.putAll(before)
        }
    }

    private void defineBlocks() {
        define('node', [String, Closure]) { String label, Closure body ->
            note('node', label)
            within([WORKSPACE: told.workspace, NODE_NAME: 'agent'], body)
        }
        define('node', [Closure]) { Closure body -> within([WORKSPACE: told.workspace, NODE_NAME: 'agent'], body) }
        define('stage', [String, Closure]) { String name, Closure body -> note('stage', name); within([:], body) }
        define('timeout', [Map, Closure]) { Map limit, Closure body -> note('timeout', limit); within([:], body) }
        define('withEnv', [List, Closure]) { List lines, Closure body ->
            within(lines.collectEntries { String line -> [line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)] }, body)
        }
        define('error', [String]) { String message -> throw new Failure(message) }
        define('unstable', [String]) { String message -> result = 'UNSTABLE'; note('unstable', message) }
        define('echo', [String]) { String text -> note('echo', text) }
        define('checkout', [Object]) { Object scm -> note('checkout'); new TreeMap(told.checkout) }
        define('checkout', [Map]) { Map scm -> note('checkout'); new TreeMap(told.checkout) }
    }

    private void defineFiles() {
        define('dir', [String, Closure]) { String path, Closure body ->
            String before = folder
            folder = new File(folder, path).path
            try { within([:], body) } finally { folder = before }
        }
        define('deleteDir', []) { new File(folder).deleteDir(); null }
        define('pwd', [Map]) { Map options -> new File(told.temporary).mkdirs(); told.temporary }
        define('fileExists', [String]) { String path -> new File(folder, path).exists() }
        define('writeFile', [Map]) { Map file -> new File(file.file as String).text = file.text; null }
        define('libraryResource', [String]) { String path -> new File(told.library, 'resources/' + path).text }
        define('sh', [String]) { String script -> if (shell(script) != 0) throw new Failure('script returned exit code') }
        define('sh', [Map]) { Map options ->
            int status = shell(options.script)
            if (!options.returnStatus && status != 0) throw new Failure('script returned exit code ' + status)
            status
        }
    }

    private int shell(String script) {
        new File(folder).mkdirs()
        ProcessBuilder builder = new ProcessBuilder('sh', '-xe', '-c', script).directory(new File(folder)).inheritIO()
        builder.environment().putAll(variables.findAll { it.value != null })
        Process process = builder.start()
        note('sh', script)
        return process.waitFor()
    }

    private void defineCredentials() {
        define('withCredentials', [List, Closure]) { List bindings, Closure body ->
            Map values = [:]
            bindings.each { Map each ->
                note('credential', [each['$class'], each.credentialsId])
                Object held = told.credentials[each.credentialsId]
                if (held == null) throw new Failure("Could not find credentials entry with ID '" + each.credentialsId + "'")
                if (each['$class'] == 'UsernamePasswordMultiBinding') {
                    values[each.usernameVariable] = held.username
                    values[each.passwordVariable] = held.password
                } else {
                    values[each.variable] = held
                }
            }
            within(values, body)
        }
    }

    /** A step of a plugin that is not installed is a method that is not there, as on a controller. */
    private void definePublishers() {
        ['archiveArtifacts', 'junit', 'publishHTML'].each { name ->
            define(name, [Map]) { Map options ->
                if (name in told.missing) throw new NoSuchMethodError("No such DSL method '" + name + "' found among steps")
                note(name, options)
            }
        }
    }
}

/** Jenkins's `env`: what is not set is null. */
class Environment implements Serializable {
    Map variables
    Object getProperty(String name) { variables[name] }
    Object getAt(String name) { variables[name] }
}

Map told = new JsonSlurper().parse(new File(args[0])) as Map
Map built = new Build(told).run()
new File(told.written).text = JsonOutput.toJson(built)
System.exit(0)
