"""What `sdengine doctor` looks at: each thing read only, told in a sentence, with the command that helps."""
