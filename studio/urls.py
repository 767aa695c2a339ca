from django.urls import path

from studio.models import Mode
from studio.views import compare, frames, images, library, masking, pictures, pricing, studio

app_name = "studio"

urlpatterns = [
    path("pricing", pricing.pricing, name="pricing"),
    path("studio/", studio.home, name="home"),
    path("studio/image/", studio.home, {"mode": Mode.IMAGE}, name="image_to_image"),
    path("studio/guided/", studio.home, {"mode": Mode.GUIDED}, name="guided"),
    path("studio/compose", studio.compose, name="compose"),
    path("studio/mask", masking.mask, name="mask"),
    path("studio/mask/<uuid:picture>/", masking.mask_page, name="mask_page"),
    path("studio/drawings/<uuid:picture>/", pictures.drawing, name="drawing"),
    path("studio/uploads/", pictures.upload, name="upload"),
    path("studio/pictures/<uuid:picture>/", pictures.piece, name="piece"),
    path("studio/pictures/<uuid:picture>/again", pictures.again, name="upload_again"),
    path("studio/quote", studio.quote, name="quote"),
    path("studio/runs/", studio.generate, name="generate"),
    path("studio/runs/<uuid:run>/", studio.run_detail, name="run"),
    path("studio/runs/<uuid:run>/cancel", studio.cancel_run, name="cancel_run"),
    path("studio/frames", frames.states, name="states"),
    path("studio/frames/<uuid:frame>/", frames.frame_detail, name="frame"),
    path("studio/frames/<uuid:frame>/preview", frames.preview, name="preview"),
    path("studio/frames/<uuid:frame>/cancel", frames.cancel, name="cancel"),
    path("studio/frames/<uuid:frame>/again", frames.again, name="again"),
    path("library/", library.library, name="library"),
    path("library/compare/", compare.compare, name="compare"),
    path("library/<uuid:image>/", images.image_detail, name="image"),
    path("library/<uuid:image>/download", images.download, name="download"),
    path("library/<uuid:image>/remake", images.remake, name="remake"),
    path("library/<uuid:image>/on-table", images.put_on_table, name="put_on_table"),
    path("library/<uuid:image>/ring", images.ring, name="ring"),
    path("library/<uuid:image>/delete", images.delete, name="delete"),
    path("library/<uuid:image>/restore", images.restore, name="restore"),
]
