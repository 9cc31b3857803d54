// What to do with an email that does not belong to the thread which is answered.

import { useEffect } from "react"
import { Button } from "@/components/ui/button"
import { fitScrolling, useDisabled } from "./parts/card.jsx"

export default function ChoiceCard() {
  const { labels } = props
  const disabled = useDisabled()
  useEffect(fitScrolling, [])

  const beginAnew = async () => {
    const { response } = await callAction({ name: "begin_anew", payload: {} })
    if (response) window.location.assign(`/thread/${response}`)
  }

  return (
    <div className="ea-options" role="group">
      <Button
        size="sm"
        variant="outline"
        disabled={disabled}
        onClick={() => callAction({ name: "answer_instead", payload: {} })}
      >
        {labels.instead}
      </Button>
      <Button size="sm" variant="outline" disabled={disabled} onClick={beginAnew}>
        {labels.anew}
      </Button>
    </div>
  )
}
