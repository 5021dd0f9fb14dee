terraform {
  required_version = ">= 1.6"
}

variable "parts" {
  type = list(string)
}

output "full" {
  value = join("-", var.parts)
}
