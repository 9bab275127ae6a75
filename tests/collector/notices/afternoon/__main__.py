from tests.collector.notices.afternoon import DOCUMENT, document

DOCUMENT.write_text(document())
