// Keeps #live as the collector has it. The collector says on /live when that changed, and beats meanwhile; where
// nothing is heard of it, the page asks by itself. What is not renewed turns grey, without this script: see page.css.
import { morph } from "./morph.js";

const ASK_MS = 5000;
const ASK_WHILE_HIDDEN_MS = 15000;
const ASK_WHILE_LISTENING_MS = 30000;
const APART_MS = 2000;
const BEATS_MISSED_MS = 12000;
const LISTEN_AGAIN_MS = 60000;
const OLD_MS = 20000;
const SELECTED_AT_MOST_MS = 60000;
const TICK_MS = 1000;

const live = document.querySelector("#live");
let asking = false;
let askedAt = performance.now();
let answered = true;
let answeredAt = askedAt;
let shownAt = askedAt;
let stream = null;
let listenAt = 0;
let heardAt = -BEATS_MISSED_MS;
let state = "";
let changed = false;
let tickedAt = Date.now();

function tick() {
  const now = performance.now();
  if (Date.now() - tickedAt > OLD_MS) {
    ageing().forEach((one) => one.finish()); // the machine slept
    changed = true;
  }
  tickedAt = Date.now();
  listenOrNot(now);
  if (now - askedAt > (changed ? APART_MS : period(now)) && !asking) {
    ask(now);
  }
  if (now - answeredAt > OLD_MS) {
    document.title = `○ ${live.dataset.old}`;
  }
}

function period(now) {
  if (document.hidden) {
    return ASK_WHILE_HIDDEN_MS;
  }
  return answered && now - heardAt < BEATS_MISSED_MS ? ASK_WHILE_LISTENING_MS : ASK_MS;
}

// A browser has six connections for all its tabs: the hidden ones leave them to the others.
function listenOrNot(now) {
  if (document.hidden && stream) {
    stream.close();
    stream = null;
  } else if (!document.hidden && !stream && now >= listenAt) {
    stream = new EventSource("/live");
    stream.onmessage = heard;
    stream.onerror = () => {
      if (stream?.readyState === EventSource.CLOSED) {
        stream = null;
        listenAt = performance.now() + LISTEN_AGAIN_MS;
      }
    };
  }
}

function heard(beat) {
  heardAt = performance.now();
  changed ||= state !== beat.data; // the first one too: something may have changed since the page was made
  state = beat.data;
  if (answered && heardAt - answeredAt < OLD_MS) {
    stayYoung(heardAt);
  } else {
    changed = true;
  }
}

async function ask(now) {
  asking = true;
  askedAt = now;
  changed = false;
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: AbortSignal.timeout(ASK_MS) });
    if (answer.status === 401) {
      location.reload(); // the session has ended: the collector shows the page to sign in
      return;
    }
    const text = await answer.text();
    answered = answer.ok || answer.status === 404;
    if (answered) {
      stayYoung(performance.now());
      showUnlessSelected(new DOMParser().parseFromString(text, "text/html"));
    }
  } catch {
    answered = false; // the page grows old and shows it
  }
  asking = false;
}

function showUnlessSelected(page) {
  const isSelected = !getSelection().isCollapsed && live.contains(getSelection().anchorNode);
  if (!isSelected || answeredAt - shownAt > SELECTED_AT_MOST_MS) {
    shownAt = answeredAt;
    show(page);
  } else {
    changed = true;
  }
}

function show(page) {
  const focused = document.activeElement;
  const href = focused?.closest("#live a")?.getAttribute("href");
  const fresh = page.querySelector("#live");
  fresh.classList.remove("still");
  document.title = page.title;
  morph(live, fresh);
  if (href && (document.activeElement !== focused || focused.getAttribute("href") !== href)) {
    live.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true });
  }
}

function stayYoung(now) {
  answeredAt = now;
  ageing().forEach((one) => { one.currentTime = 0; });
}

function ageing() {
  return document.getAnimations().filter((one) => live.contains(one.effect.target));
}

live.classList.remove("still");
document.addEventListener("visibilitychange", () => {
  changed ||= !document.hidden;
  tick();
});
setInterval(tick, TICK_MS);
