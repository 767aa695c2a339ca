"""The faults of calls that were taken and are paid for, and what goes wrong at each."""

from studio.sandbox import breaks, lines, misprints, misstatements
from studio.sandbox.calls import Mishap

MISHAPS: dict[str, Mishap] = {
    # another file than the picture
    "not_a_picture": Mishap(picture=misprints.not_a_picture),
    "wrong_size": Mishap(picture=misprints.wrong_size),
    "wrong_format": Mishap(picture=misprints.wrong_format),
    "half_picture": Mishap(picture=misprints.half_picture),
    "bomb": Mishap(picture=misprints.bomb),
    # other words than promised
    "empty": Mishap(states=misstatements.empty),
    "base64_cut": Mishap(states=misstatements.base64_cut),
    "url": Mishap(states=misstatements.url),
    "url_relative": Mishap(states=misstatements.url_relative),
    "url_elsewhere": Mishap(states=misstatements.url_of("http://169.254.169.254/latest/meta-data/")),
    "url_file": Mishap(states=misstatements.url_of("file:///etc/passwd")),
    "url_huge": Mishap(states=misstatements.url_huge),
    "url_gone": Mishap(states=misstatements.url_gone),
    "extra": Mishap(states=misstatements.extra, hints=misstatements.extra),
    "no_usage": Mishap(states=misstatements.no_usage),
    "odd": Mishap(states=misstatements.odd, hints=misstatements.odd_partial),
    # another order, or an end too soon
    "early": Mishap(stream=breaks.early),
    "twice": Mishap(stream=breaks.twice, whole=breaks.twice_whole),
    "cut": Mishap(stream=breaks.cut, whole=breaks.cut_whole),
    "json_cut": Mishap(stream=breaks.json_cut, whole=breaks.json_cut_whole),
    "stream_error": Mishap(stream=breaks.stream_error, whole=breaks.stream_error_whole),
    "moderation_output": Mishap(stream=breaks.moderation_output, whole=breaks.moderation_output_whole),
    # no answer at all
    "silence": Mishap(line=lines.silence),
    "reset": Mishap(line=lines.reset),
    "trickle": Mishap(line=lines.trickle),
    "flood": Mishap(line=lines.flood),
    "gzip_bomb": Mishap(line=lines.gzip_bomb),
    "html": Mishap(line=lines.html),
}
