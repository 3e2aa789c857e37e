"""Online providers, one a module, each with its `KIND`. A new module here is all that a new provider takes."""
