"""Django's pages as a WSGI application; gptimage/asgi.py puts them beside the event streams."""

import os

from django.core.wsgi import get_wsgi_application

from gptimage import observe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gptimage.settings")
# Fewer threads than connections: a page that waits for one waits for a database that is away, and says so soon.
os.environ.setdefault("DATABASE_WAIT_S", "4")
observe.start()
application = get_wsgi_application()
