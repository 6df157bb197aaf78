"""`rota NAME` is the module NAME here. One with files of its own is a package, and so is a group:
`rota GROUP NAME` is the module NAME in it."""

COMMANDS = {
    "up": "Run everything on this machine, and print a link that signs you in.",
    "serve": "Run one API process.",
    "worker": "Run one worker process.",
    "migrate": "Bring the database's schema forward or back.",
    "open": "Print a link that signs a browser in.",
    "token": "Create, list and revoke API tokens.",
    "prune": "Remove old finished runs.",
    "keys": "Make, check, rotate and adopt encryption keys.",
    "schema": "Print the GraphQL schema.",
    "doctor": "Check the installation and say what to do.",
}
