// Makes the elements of a page equal to those of a fresh one, and leaves alone all that is equal already: so
// focus, selection, scrolling and a screen reader stay where they are. A form in use is nobody's but the writer's.
const ROWS = ["LI", "TR"];

export function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
    old.replaceWith(fresh);
  } else if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) {
      old.data = fresh.data;
    }
  } else if (!inUse(old) && !old.isEqualNode(fresh)) {
    morphAttributes(old, fresh);
    morphChildren(old, fresh);
  }
}

function morphAttributes(old, fresh) {
  for (const { name, value } of [...fresh.attributes]) {
    if (old.getAttribute(name) !== value && !isReaders(old, name)) {
      old.setAttribute(name, value);
    }
  }
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !isReaders(old, name)) {
      old.removeAttribute(name);
    }
  }
}

// A row that comes or goes leaves its neighbours in place: it is known by its id or by its first link.
function morphChildren(old, fresh) {
  const staying = new Set([...fresh.children].map(key).filter(Boolean));
  for (const child of [...old.children]) {
    if (key(child) && !staying.has(key(child)) && !holdsForm(child)) {
      child.remove();
    }
  }
  const known = new Map([...old.children].filter(key).map((child) => [key(child), child]));
  let at = old.firstChild;
  for (const child of [...fresh.childNodes]) {
    while (at && at.nodeName !== child.nodeName && holdsForm(at)) {
      at = at.nextSibling;
    }
    const same = known.get(key(child)) ?? (at && !key(at) && !key(child) ? at : null);
    known.delete(key(child));
    if (same === null) {
      old.insertBefore(child, at);
    } else {
      at = dropped(at, same);
      if (same === at) {
        at = at.nextSibling;
      } else {
        old.insertBefore(same, at);
      }
      morph(same, child);
    }
  }
  dropped(at, null);
}

// Drops what has no name from `at` on, up to `end`; without an end, all.
function dropped(at, end) {
  while (at && at !== end && (end === null || !key(at)) && !holdsForm(at)) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
  return at;
}

function key(node) {
  if (node.nodeType !== Node.ELEMENT_NODE) {
    return "";
  }
  const link = ROWS.includes(node.nodeName) ? node.querySelector("a[href]") : node;
  return node.id || link?.getAttribute("href") || "";
}

// The reader opens and closes them.
function isReaders(element, name) {
  return element.nodeName === "DETAILS" && name === "open";
}

function holdsForm(node) {
  return node.nodeType === Node.ELEMENT_NODE && [...node.querySelectorAll("form"), node].some(inUse);
}

function inUse(element) {
  return element.nodeName === "FORM" &&
    (element.contains(document.activeElement) || [...element.elements].some(isChanged));
}

function isChanged(field) {
  switch (field.type) {
    case "checkbox": case "radio":
      return field.checked !== field.defaultChecked;
    case "select-one": case "select-multiple":
      return field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected));
    default:
      return "defaultValue" in field && field.value !== field.defaultValue;
  }
}
