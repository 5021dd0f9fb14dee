/**
 * Merges the data of several runs of coverage.py and writes all reports. Arguments: the file of settings, empty if
 * the project has its own; then the data of the runs. It ends at any fault, because half of the coverage would be
 * wrong.
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
