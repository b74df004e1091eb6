"""The only spatial arithmetic in the house: points, areas and cells in, figures by area out."""
