// What to do with an email that does not belong to the thread which is answered.

import { useChatData } from "@chainlit/react-client"
import { useEffect } from "react"
import { Button } from "@/components/ui/button"

export default function ChoiceCard() {
  const { labels } = props
  const { loading, connected } = useChatData()
  const disabled = loading || !connected
  // Chainlit measures how far it can scroll before the card has its height, and again when the window changes.
  useEffect(() => void window.dispatchEvent(new Event("resize")), [])

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
