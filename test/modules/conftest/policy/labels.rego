package labels

import rego.v1

warn contains msg if {
	input.kind == "Deployment"
	not input.metadata.labels
	msg := sprintf("%s has no labels", [input.metadata.name])
}
