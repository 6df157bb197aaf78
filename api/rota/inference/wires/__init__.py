"""How to talk to vendors: a file each way, which builds the model that pydantic-ai's agents ask."""
