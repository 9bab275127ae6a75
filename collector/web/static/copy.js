// Copies a text that the page shows. Without this script a person selects the text.
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copies);
    text.focus();
    text.select();
    button.textContent = (await copied(text.value)) ? button.dataset.copied : button.dataset.failed;
  });
}

// A browser gives the clipboard to HTTPS and to its own machine alone. Elsewhere the old command does it.
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
