terraform {
  required_version = ">= 1.6"
}

module "name" {
  source = "./name"
  parts  = ["shop", "prod"]
}

resource "terraform_data" "example" {
  input = module.name.full
}
