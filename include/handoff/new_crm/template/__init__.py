"""The template of a CRM: a small connector and its server that work, to be changed into another.

`handoff new-crm` copies these files under the new name. They stand for an API as many are: lists by
cursor, changes by the instant of the last modification, one bearer token.
"""
