"""What extensions keep of each page from one build to the next: a dictionary of the environment, by page."""


def keep_by_page(app, name):
    """`app.env.<name>`, {page: …}: made before the first page, rid of pages read anew, joined at the end."""
    def begin(app):
        if not hasattr(app.env, name):
            setattr(app.env, name, {})

    def forget(app, env, docname):
        getattr(env, name).pop(docname, None)

    def merge(app, env, docnames, other):
        found = getattr(other, name)
        getattr(env, name).update((docname, found[docname]) for docname in docnames if docname in found)

    app.connect("builder-inited", begin)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
