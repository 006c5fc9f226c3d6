import { Button, type ButtonProps } from '@mantine/core'
import { createLink, type LinkComponent } from '@tanstack/react-router'
import type { AnchorHTMLAttributes, Ref } from 'react'

type Props = Omit<ButtonProps, 'component'> &
  Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> }

function ButtonAnchor(props: Props) {
  return <Button component="a" {...props} />
}

const Created = createLink(ButtonAnchor)

/** A button that leads somewhere: a link, with the address checked by the router's types. */
export const LinkButton: LinkComponent<typeof ButtonAnchor> = (props) => <Created {...props} />
