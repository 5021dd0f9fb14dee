/**
 * Puts coverage.py's data of several runs together and writes the reports of all. Its first argument is the file of
 * settings, empty where the project has its own; the others are the runs' data. Any fault ends it: half a
 * coverage is none.
 */
export const merge = `
import sys

import coverage

rcfile, *runs = sys.argv[1:]
merged = coverage.Coverage(config_file=rcfile or True)
try:
    merged.combine(data_paths=runs, strict=True, keep=True)
    merged.save()
    merged.json_report(outfile="/reports/coverage.json")
    merged.xml_report(outfile="/reports/coverage.xml")
    merged.html_report(directory="/reports/coverage-html")
    merged.lcov_report(outfile="/reports/coverage.lcov")
except coverage.CoverageException as error:
    sys.exit(f"coverage of {len(runs)} suites could not be merged: {error}")
`;
