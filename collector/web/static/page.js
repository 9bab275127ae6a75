// Puts a fresh <main> in place every few seconds. What is not renewed turns grey: see page.css.
const PERIOD_MS = 5000;

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(PERIOD_MS) });
    if (answer.ok && getSelection().isCollapsed) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // The collector does not answer: the page grows old and shows it.
  }
  setTimeout(renew, PERIOD_MS);
}

// Who walks through the links by keyboard stays where they are.
function show(page) {
  const focused = document.activeElement?.closest("main a")?.getAttribute("href");
  document.title = page.title;
  document.querySelector("main").replaceWith(page.querySelector("main"));
  if (focused) {
    document.querySelector(`main a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
}

setTimeout(renew, PERIOD_MS);
