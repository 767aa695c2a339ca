"""Scripts carry the names of their content, those that they import too."""

from pathlib import Path

from gptimage.statics import StaticFiles


def test_a_modules_import_names_the_content(tmp_path: Path) -> None:
    folder = tmp_path / "js"
    folder.mkdir()
    (folder / "page.js").write_text('import { say } from "./toasts.js";\n')
    (folder / "toasts.js").write_text("export const say = 1;\n")
    storage = StaticFiles(location=str(tmp_path))
    names = {str(path.relative_to(tmp_path)): (storage, str(path.relative_to(tmp_path))) for path in folder.iterdir()}
    hashed = {name: to for name, to, _done in storage.post_process(names)}
    assert Path(hashed["js/toasts.js"]).name in (tmp_path / hashed["js/page.js"]).read_text()
