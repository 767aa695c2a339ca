"""Static files under names of their content, our modules' imports of one another too."""

from whitenoise.storage import CompressedManifestStaticFilesStorage as Hashed


class StaticFiles(Hashed):
    """A deploy never mixes old modules with new ones in a browser that holds some of them."""

    # Django's switch for this takes every script; some of the packages' do not stand it.
    patterns = (*Hashed.patterns, ("js/*.js", Hashed._js_module_import_aggregation_patterns[1]))
