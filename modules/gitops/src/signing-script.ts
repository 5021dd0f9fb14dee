/** Signs with the mounted key: an SSH key, or an OpenPGP key in a keyring of its own. */
export const signing = String.raw`
sign=
if [ -e /run/secrets/signing-key ]; then
  sign=--gpg-sign
  key signing-key
  printf '#!/bin/sh\nexec cat /run/secrets/passphrase\n' > /scratch/askpass
  printf '#!/bin/sh\nexec gpg --batch --pinentry-mode loopback --passphrase-file /scratch/passphrase "$@"\n' > /scratch/gpg
  chmod 700 /scratch/askpass /scratch/gpg
  : > /scratch/passphrase
  if [ -e /run/secrets/passphrase ]; then cat /run/secrets/passphrase > /scratch/passphrase; fi
  export SSH_ASKPASS=/scratch/askpass SSH_ASKPASS_REQUIRE=force GNUPGHOME=/scratch/gnupg
  signer=/scratch/signing-key
  if [ "$(git config gpg.format)" = openpgp ]; then
    mkdir -m 700 "$GNUPGHOME"
    git config gpg.program /scratch/gpg
    /scratch/gpg --quiet --import /scratch/signing-key 2> /scratch/log || fail signing /scratch/log
    signer=$(gpg --batch --list-secret-keys --with-colons 2> /dev/null | awk -F: '/^fpr/ { print $10; exit }')
  fi
  git config user.signingKey "$signer"
fi
`;
