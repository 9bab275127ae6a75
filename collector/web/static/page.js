// Puts a fresh #live in place every few seconds. What is not renewed turns grey: see page.css.
const PERIOD_MS = 5000;
const OLD_MS = 20000;
const SELECTED_AT_MOST_MS = 60000;
let answered = performance.now();
let shown = answered;

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PERIOD_MS) });
    if (answer.ok) {
      const text = await answer.text();
      answered = performance.now();
      if (getSelection().isCollapsed || answered - shown > SELECTED_AT_MOST_MS) {
        show(new DOMParser().parseFromString(text, "text/html"));
      } else {
        stayYoung();
      }
    }
  } catch {
    // The collector does not answer: the page grows old and shows it.
  }
  if (performance.now() - answered > OLD_MS) {
    document.title = `○ ${document.querySelector("#live").dataset.old}`;
  }
  setTimeout(renew, PERIOD_MS);
}

// Who walks through the links by keyboard stays where they are.
function show(page) {
  const focused = document.activeElement?.closest("#live a")?.getAttribute("href");
  document.title = page.title;
  document.querySelector("#live").replaceWith(page.querySelector("#live"));
  shown = answered;
  if (focused) {
    document.querySelector(`#live a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

// Text that somebody selects is not taken away for a while, and the collector does answer.
function stayYoung() {
  for (const animation of document.getAnimations()) {
    animation.currentTime = 0;
  }
}

setTimeout(renew, PERIOD_MS);
