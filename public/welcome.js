// What stands above the composer where no conversation has begun. Chainlit would show the text of a chat profile there: as soon as
// it knew of one, it would ask for its settings again, build the page anew and connect twice.
import { element } from "./composer.js"
import { word, words } from "./words.js"

// What stands between backquotes is to be typed.
const paragraph = (sentence) => {
  const parts = sentence.split("`")
  const typed = (part, number) => (number % 2 ? element("code", { textContent: part }) : part)
  const box = element("p")
  box.append(...parts.map(typed))
  return box
}

words.then((translation) => {
  const { title, sentence, offline } = word(translation, "welcome")
  const welcome = () => {
    const screen = document.querySelector("#welcome-screen")
    if (!screen || screen.querySelector(".ea-welcome")) return
    const box = element("div", { className: "ea-welcome" })
    box.append(
      element("img", { src: "/public/icons/assistant.svg", alt: "" }),
      element("h1", { textContent: title }),
      ...[sentence, offline].filter(Boolean).map(paragraph),
    )
    screen.prepend(box)
  }
  new MutationObserver(welcome).observe(document.body, { childList: true, subtree: true })
  welcome()
})
